"""What makes code a process: HTTP, bus, identity, permissions, health, telemetry."""
