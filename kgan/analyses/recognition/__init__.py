"""Recognition: does a classifier that saw no generated image see the class that a generated image has?"""
