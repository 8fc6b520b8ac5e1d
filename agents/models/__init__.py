"""Models behind one port: live, recorded, replayed, or none at all. No other module imports a provider."""
