// What stands in for anywidget in a mailed file: every view finds its state beside it, in JSON,
// and is drawn over the picture that was there. Nothing is fetched, and nothing is sent.

function heldModel(values) {
  return {
    get: (name) => values[name],
    set() {},
    save_changes() {},
    on() {},
    off() {},
  };
}

// DRAWN_BY, above this text, has the function of each view, by its name
const PLACES = Object.keys(DRAWN_BY).map((name) => `figure[data-${name}]`);

for (const place of document.querySelectorAll(PLACES.join(", "))) {
  const picture = [...place.children];
  const el = document.createElement("div");
  try {
    const state = JSON.parse(place.querySelector("script").textContent);
    place.append(el);
    const [name] = Object.keys(place.dataset);
    DRAWN_BY[name]({ model: heldModel({ state, ...state }), el });
    for (const part of picture) part.remove();
  } catch (error) {
    el.remove(); // the picture stays
    console.error(error);
  }
}
