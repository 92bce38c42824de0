"""The plugins of this repository. Without --target they change nothing."""

pytest_plugins = ["conformance.plugin", "conformance.selftests.plugin", "fixtures.plugin"]
