"""The portal's read model, built from all streams; it may be dropped and built again."""
