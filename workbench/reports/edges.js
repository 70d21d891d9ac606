// What is wider than its place scrolls in it: the keyboard reaches it, and it fades where there is more.
(() => {
  const places = [...document.querySelectorAll("div.table, figure:has(> img)")];
  const look = (place) => {
    const more = place.scrollWidth - place.clientWidth;
    const scrolls = more > 1 && getComputedStyle(place).overflowX !== "visible";
    if (scrolls || place.scrollHeight - place.clientHeight > 1) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
    place.classList.toggle("more-before", scrolls && place.scrollLeft > 1);
    place.classList.toggle("more-after", scrolls && place.scrollLeft < more - 1);
  };
  const sizes = new ResizeObserver((seen) => { for (const one of seen) look(one.target); });
  for (const place of places) {
    if (place.matches(".table")) {
      const named = place.querySelector("caption") || place.closest("details")?.querySelector("summary") || document.querySelector("h1");
      place.setAttribute("role", "group"); // what is focused has a name
      if (named) place.setAttribute("aria-label", named.textContent.trim());
    }
    place.addEventListener("scroll", () => look(place), { passive: true });
    sizes.observe(place);
  }
})();
