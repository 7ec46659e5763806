// Searches and folds the list of connections. The page is complete without it.
"use strict";
{
  const id = (name) => document.getElementById(name);
  const places = [...document.querySelectorAll("details.place")];
  const search = id("search");
  const texts = places.map((place) => place.dataset.find);

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    places.forEach((place, i) => {
      const match = words.every((word) => texts[i].includes(word));
      place.hidden = !match;
      found += match;
    });
    id("found").textContent = words.length ? `${found} of ${places.length} match` : "";
    id("none").hidden = found > 0;
  };
  const fold = (open) => () => places.forEach((place) => { if (!place.hidden) place.open = open; });

  if (search) {
    document.querySelector(".script").hidden = false;
    search.addEventListener("input", filter);
    id("unfold").addEventListener("click", fold(true));
    id("fold").addEventListener("click", fold(false));
    if (search.value) filter(); // a browser that goes back fills it in again
  }
}
