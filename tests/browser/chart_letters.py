"""Letters of charts on a page: how large they are shown, and which are cut off."""


def sizes(letters):
    """Return the size in pixels at which each text of some charts is shown."""
    return letters.evaluate_all(
        """all => all.map(text => parseFloat(getComputedStyle(text).fontSize)
            * text.ownerSVGElement.getBoundingClientRect().width
            / text.ownerSVGElement.viewBox.baseVal.width)"""
    )


def cut_off(letters):
    """Return the texts that reach over the edge of their chart."""
    return letters.evaluate_all(
        """all => all.filter(text => text.getBoundingClientRect().left
            < text.ownerSVGElement.getBoundingClientRect().left - 1
            || text.getBoundingClientRect().right
            > text.ownerSVGElement.getBoundingClientRect().right + 1)
            .map(text => text.textContent)"""
    )
