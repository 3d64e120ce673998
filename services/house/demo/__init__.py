"""A fictional country that shows the platform at work; every word of it is ours."""
