"""Run the portal as a process of its own."""

from services.house.serve import serve

serve("portal")
