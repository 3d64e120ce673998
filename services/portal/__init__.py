"""The portal: the whole public record for people, and the desk of those who keep it."""
