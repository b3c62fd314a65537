"""The demo network: a living set of points, people and visits, made up by a seed."""
