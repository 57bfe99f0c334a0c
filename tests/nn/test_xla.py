import tensorflow as tf

from kgan.nn.xla import compiled, compiling


def test_what_is_compiled_knows_of_it_while_it_is_traced():
    known = []

    def doubled(value):
        known.append(compiling())
        return 2.0 * value

    function = compiled(doubled)
    assert float(function(tf.constant(3.0))) == 6.0
    assert known == [True]
    assert not compiling()


def test_a_fault_while_it_is_traced_leaves_nothing_behind():
    def broken(value):
        raise ValueError(value)

    try:
        compiled(broken)(tf.constant(3.0))
    except ValueError:
        assert not compiling()
