"""What kgan's training is compared with, each as one would write it in PyTorch."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.peers import noise_to_image as noise
from benchmarks.peers import refiners
from benchmarks.peers.resnet50 import ResNet50
from benchmarks.peers.training import PeerTraining, Update, adam, channels_last, noise_images
from benchmarks.speed.training_jobs import NARROW

Compile = Callable[[nn.Module], nn.Module]


def eager(network: nn.Module) -> nn.Module:
    """Leave a network as it is."""
    return network


def pggan(side: int, batch: int, compiled: Compile = eager) -> PeerTraining:
    images = noise_images(batch, side)
    return growing_gan(side, lambda: images, batch, compiled=compiled)


def growing_gan(
    side: int,
    real: Callable[[], torch.Tensor],
    batch: int,
    *,
    latent: int = 512,
    features: Mapping[int, int] = noise.CHANNELS,
    rate: float = 1e-3,
    compiled: Compile = eager,
) -> PeerTraining:
    """PGGAN in its last phase.

    Args:
        real: returns the images of the next step.
        features: resolution -> features.
    """
    networks = channels_last(
        {
            "generator": noise.PGGANGenerator(side, latent, features),
            "critic": noise.PGGANCritic(side, features),
        }
    )
    optimizers = {name: adam([network], rate, (0.0, 0.99)) for name, network in networks.items()}
    draw = partial(torch.randn, batch, latent)
    return _noise_to_image(networks, optimizers, "wgan_gp", draw, real, compiled)


def narrow_pggan(compiled: Compile = eager) -> PeerTraining:
    images = noise_images(NARROW["batch"], NARROW["side"])
    return growing_gan(
        NARROW["side"],
        lambda: images,
        NARROW["batch"],
        latent=NARROW["latent"],
        features=NARROW["channels"],
        rate=NARROW["learning_rate"],
        compiled=compiled,
    )


def dcgan_zoo_64(batch: int, compiled: Compile = eager) -> PeerTraining:
    ups = [(256, 2), (256, 1), (128, 2), (64, 2)]
    networks = channels_last(
        {
            "generator": noise.ConvolutionalGenerator(256, 8, 256, ups, 5, 1, True),
            "critic": noise.ConvolutionalCritic([64, 128, 256], 5, 8, "layer", False, 1024, True),
        }
    )
    optimizers = {name: adam([network], 2e-4, (0.5, 0.999)) for name, network in networks.items()}
    draw = lambda: torch.rand(batch, 256) * 2 - 1  # noqa: E731
    images = noise_images(batch, 64)
    return _noise_to_image(networks, optimizers, "dragan", draw, lambda: images, compiled, turned=True)


def wgan_128(batch: int, compiled: Compile = eager) -> PeerTraining:
    downs = [64, 128, 256, 512, 512]
    networks = channels_last(
        {
            "generator": noise.ConvolutionalGenerator(
                100, 4, downs[-1], [(filters, 2) for filters in downs[-2::-1]], 4, 2, False
            ),
            "critic": noise.ConvolutionalCritic(downs, 4, 4, "batch", True, 0, False),
        }
    )
    optimizers = {
        name: torch.optim.RMSprop(network.parameters(), 5e-5, alpha=0.99, eps=1e-8, foreach=True)
        for name, network in networks.items()
    }
    gains = [p for name, p in networks["critic"].named_parameters() if name.endswith("_bn.weight")]
    weights = [p for name, p in networks["critic"].named_parameters() if not name.endswith("_bn.weight")]

    def clip() -> None:
        with torch.no_grad():
            for values, limit in ((gains, 1.0), (weights, 0.01)):
                torch._foreach_clamp_min_(values, -limit)
                torch._foreach_clamp_max_(values, limit)

    draw = lambda: torch.rand(batch, 100) * 2 - 1  # noqa: E731
    images = noise_images(batch, 128)
    return _noise_to_image(
        networks, optimizers, "wgan", draw, lambda: images, compiled, critics=5, after=clip
    )


def srresnet(side: int, batch: int, compiled: Compile = eager) -> PeerTraining:
    networks = channels_last(
        {
            "generator": noise.SRResNetGenerator(side, 256, 64, 16),
            "critic": noise.SRResNetCritic(side, 32, 2),
        }
    )
    optimizers = {name: adam([network], 2e-4, (0.5, 0.999)) for name, network in networks.items()}
    draw = partial(torch.randn, batch, 256)
    images = noise_images(batch, side)
    return _noise_to_image(
        networks, optimizers, "dragan", draw, lambda: images, compiled, generators=2, turned=True
    )


def _noise_to_image(
    networks,
    optimizers,
    loss_kind,
    draw,
    real_images,
    compiled,
    critics=1,
    generators=1,
    after=None,
    turned=False,
) -> PeerTraining:
    loss = noise.Loss(loss_kind)
    generator = compiled(networks["generator"])
    # torch.compile cannot differentiate twice, as the penalty does.
    critic = compiled(networks["critic"]) if loss_kind == "wgan" else networks["critic"]

    def critic_losses(inputs):
        with torch.no_grad():
            fake = generator(inputs["latents"])
        real = inputs["real"]
        terms = {"critic_loss": loss.critic(critic(real), critic(fake))}
        penalty = loss.penalty(critic, real, fake, inputs)
        return terms if penalty is None else {**terms, "penalty": penalty}

    def critic_inputs():
        real = real_images()
        return {"latents": draw(), "real": real, **loss.draw(real)}

    updates = {
        "critic": Update(
            {"critic": networks["critic"]},
            optimizers["critic"],
            critic_losses,
            critic_inputs,
            after,
        ),
        "generator": Update(
            {"generator": networks["generator"]},
            optimizers["generator"],
            lambda inputs: {"generator_loss": loss.generator(critic(generator(inputs["latents"])))},
            lambda: {"latents": draw()},
        ),
    }
    return PeerTraining(networks, updates, ["critic"] * critics + ["generator"] * generators, turned)


def simgan(side: int, batch: int, compiled: Compile = eager) -> PeerTraining:
    networks = channels_last({"refiner": refiners.SimGANRefiner(12), "critic": refiners.SimGANCritic(3)})
    refine, judge = compiled(networks["refiner"]), compiled(networks["critic"])
    source, target = noise_images(batch, side), noise_images(batch, side)

    def both(refined, real):
        return torch.chunk(judge(torch.cat([refined, real])), 2)

    def refiner_losses(inputs):
        refined = refine(inputs["source"])
        return {
            "regularisation": 5e-5 * refiners.self_regularisation(refined, inputs["source"]),
            "realism": refiners.patch_entropy(both(refined, inputs["target"])[0], 0),
        }

    def critic_losses(inputs):
        refined, real = both(inputs["refined"], inputs["target"])
        return {"critic_loss": refiners.patch_entropy(refined, 1) + refiners.patch_entropy(real, 0)}

    def shown() -> dict[str, torch.Tensor]:
        with torch.no_grad():
            return {"refined": refine(source), "target": target}

    def sgd(name):
        return torch.optim.SGD(networks[name].parameters(), 1e-3, fused=True)

    updates = {
        "refiner": Update(
            {"refiner": networks["refiner"]},
            sgd("refiner"),
            refiner_losses,
            lambda: {"source": source, "target": target},
        ),
        "critic": Update({"critic": networks["critic"]}, sgd("critic"), critic_losses, shown),
    }
    return PeerTraining(networks, updates, ["refiner", "critic"])


def unit(side: int, batch: int, compiled: Compile = eager) -> PeerTraining:
    generators = channels_last(
        {
            f"{domain} {kind}": build(4)
            for domain in ("source", "target")
            for kind, build in (("encoder", refiners.Encoder), ("decoder", refiners.Decoder))
        }
    )
    critics = channels_last({domain: refiners.MultiScaleCritic() for domain in ("source", "target")})
    run = {name: compiled(network) for name, network in (generators | critics).items()}
    images = {domain: noise_images(batch, side).expand(-1, 3, -1, -1) for domain in ("source", "target")}
    code = (batch, side // 4, side // 4, 256)

    def noises(*names):
        return {name: torch.randn(*code).permute(0, 3, 1, 2) for name in names}

    def critic_losses(inputs):
        with torch.no_grad():
            refined = run["target decoder"](run["source encoder"](inputs["images"]) + inputs["source"])
            reverse = run["source decoder"](run["target encoder"](inputs["wanted"]) + inputs["target"])
        shown = {"source": (inputs["images"], reverse), "target": (inputs["wanted"], refined)}
        total = sum(
            refiners.least_squares(run[domain](real), 1.0) + refiners.least_squares(run[domain](fake), 0.0)
            for domain, (real, fake) in shown.items()
        )
        return {"critic_loss": total}

    def generator_losses(inputs):
        source, target = inputs["images"], inputs["wanted"]
        means = run["source encoder"](source), run["target encoder"](target)
        codes = means[0] + inputs["source"], means[1] + inputs["target"]
        rebuilt_source, reverse = torch.chunk(run["source decoder"](torch.cat(codes)), 2)
        rebuilt_target, refined = torch.chunk(run["target decoder"](torch.cat(codes[::-1])), 2)
        again = run["target encoder"](refined), run["source encoder"](reverse)
        back_source = run["source decoder"](again[0] + inputs["source again"])
        back_target = run["target decoder"](again[1] + inputs["target again"])

        def error(first, other):
            return refiners.absolute_error(first, source) + refiners.absolute_error(other, target)

        def divergence(values):
            return sum(code.square().mean(dim=(1, 2, 3)) for code in values)

        return {
            "adversarial": refiners.least_squares(run["target"](refined), 1.0)
            + refiners.least_squares(run["source"](reverse), 1.0),
            "reconstruction": 10.0 * error(rebuilt_source, rebuilt_target),
            "kl": 0.01 * divergence(means),
            "cycle": 10.0 * error(back_source, back_target),
            "cycle_kl": 0.01 * divergence(again),
        }

    pair = {"images": images["source"], "wanted": images["target"]}
    names = ("source", "target", "source again", "target again")
    updates = {
        "critics": Update(
            critics,
            adam(list(critics.values()), 1e-4, (0.5, 0.999)),
            critic_losses,
            lambda: {**pair, **noises(*names[:2])},
        ),
        "generators": Update(
            generators,
            adam(list(generators.values()), 1e-4, (0.5, 0.999)),
            generator_losses,
            lambda: {**pair, **noises(*names)},
        ),
    }
    return PeerTraining(generators | critics, updates, ["critics", "generators"])


def resnet50(side: int, batch: int, compiled: Compile = eager) -> PeerTraining:
    networks = channels_last({"classifier": ResNet50(0.99)})
    classify = compiled(networks["classifier"])
    images, labels = noise_images(batch, side), torch.arange(batch) % 2

    def losses(inputs):
        truth = F.one_hot(inputs["labels"], 2).float()
        logits = classify(inputs["images"], inputs["kept"])
        return {"loss": F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean(dim=1)}

    def inputs():
        return {"images": images, "labels": labels, "kept": (torch.rand(batch, 2048) >= 0.5).float() * 2}

    optimizer = torch.optim.SGD(networks["classifier"].parameters(), 1e-3, momentum=0.9, fused=True)
    update = Update(networks, optimizer, losses, inputs)
    return PeerTraining(networks, {"classifier": update}, ["classifier"])
