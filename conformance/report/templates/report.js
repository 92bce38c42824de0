// Comfort only: the page is whole without it.
(() => {
  const cases = [...document.querySelectorAll("details.case")];
  const search = document.querySelector("#search");
  const tools = document.querySelector("#tools");
  tools.hidden = false;

  const openAround = (element) => {
    for (let node = element; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  };
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    openAround(target);
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  follow();

  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of cases) {
      const text = one.querySelector("summary").textContent.toLowerCase();
      one.classList.toggle("unfound", !words.every((word) => text.includes(word)));
    }
  });
  for (const button of tools.querySelectorAll("button"))
    button.addEventListener("click", () => cases.forEach((one) => (one.open = button.value === "open")));

  addEventListener("beforeprint", () => document.querySelectorAll("#attention details.case").forEach((one) => (one.open = true)));
  for (const button of document.querySelectorAll("button.copy")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }
})();
