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

// drawnBy, above this text, makes the function of each view, by its name: one place after another,
// as each speaks the language of its own state
const PLACES = Object.keys(drawnBy()).map((name) => `figure[data-${name}]`);

for (const place of document.querySelectorAll(PLACES.join(", "))) {
  const picture = [...place.children];
  const el = document.createElement("div");
  try {
    const state = JSON.parse(place.querySelector("script").textContent);
    place.append(el);
    const [name] = Object.keys(place.dataset);
    drawnBy()[name]({ model: heldModel({ state, ...state }), el });
    for (const part of picture) part.remove();
  } catch (error) {
    el.remove(); // the picture stays
    console.error(error);
  }
}
