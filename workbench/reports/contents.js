// Opens what is folded where a reader goes, and on paper; the contents stand open where there is room.
(() => {
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const section = target && target.closest("details");
    if (!section) return;
    section.open = true;
    target.scrollIntoView();
  };
  const folded = [...document.querySelectorAll("details")];
  const contents = document.querySelector("nav details");
  const wide = matchMedia("(min-width: 80rem)");
  const fit = () => { if (contents) contents.open = wide.matches; };
  let closed = [];
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => {
    closed = folded.filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
  for (const link of document.querySelectorAll("nav a")) {
    link.addEventListener("click", () => {
      if (link.hash === location.hash) open();
      if (contents && !wide.matches) contents.open = false;
    });
  }
  wide.addEventListener("change", fit);
  fit();
  open();
})();
