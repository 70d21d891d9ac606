"""What has become of finished runs: whether their files, people and dates are still in order."""
