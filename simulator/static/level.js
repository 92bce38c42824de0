// The indicative level of security follows what is typed (AME-35). Signs and levels come from the page: the server counts the same ones.
"use strict";
(() => {
  const shown = document.getElementById("niveau");
  const typed = document.getElementById("motdepasse");
  const { signs, levels } = JSON.parse(shown.dataset.levels);
  const names = JSON.parse(shown.dataset.names);
  const waiting = document.getElementById("niveau-attente");
  const patterns = signs.map((sign) => new RegExp(sign, "u"));
  typed.addEventListener("input", () => {
    const found = patterns.filter((pattern) => pattern.test(typed.value)).length;
    const level = levels.find(([needed]) => found >= needed)[1];
    const words = typed.value ? names[level] : "";
    waiting.hidden = words !== "";
    if (shown.textContent !== words) shown.textContent = words;
  });
})();
