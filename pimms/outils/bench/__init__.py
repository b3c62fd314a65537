"""`make bench`: what the product costs, each time beside a floor measured in the same run.

A ratio of medians travels from one machine to another; a number of milliseconds does not. Requests go
through the whole WSGI stack, in the process that answers them: no network hides a part of the cost.
"""
