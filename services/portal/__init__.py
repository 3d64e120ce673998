"""The portal: one read model of the whole public record, and its pages."""
