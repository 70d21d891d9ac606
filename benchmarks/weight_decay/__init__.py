"""Parts of the networks benchmark."""
