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

  const hits = document.querySelector("#hits");
  const causes = [...document.querySelectorAll("article.cause")];
  const lines = [...document.querySelectorAll(".mend > li")];
  const requirements = [...document.querySelectorAll(".requirement")];
  const heading = (one) => (one.querySelector("h4") ?? one).textContent.toLowerCase();
  const find = (words, one, text) => {
    const found = words.every((word) => text.includes(word));
    one.classList.toggle("unfound", !found);
    return found;
  };
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    const found = new Set();
    for (const one of causes) if (find(words, one, one.textContent.toLowerCase())) found.add(one.id);
    for (const line of lines) line.classList.toggle("unfound", !found.has(line.dataset.words));
    for (const requirement of requirements) {
      const about = heading(requirement);
      const own = [...requirement.querySelectorAll("details.case")];
      const kept = own.filter((one) => find(words, one, `${about} ${one.querySelector("summary").textContent.toLowerCase()}`));
      number += kept.length;
      requirement.classList.toggle("unfound", !kept.length && !(own.length === 0 && words.every((word) => about.includes(word))));
    }
    hits.textContent = words.length ? `${found.size} of ${causes.length} causes, ${number} of ${cases.length} cases` : "";
  });
  for (const button of tools.querySelectorAll("button"))
    button.addEventListener("click", () => cases.forEach((one) => (one.open = button.value === "open")));

  addEventListener("beforeprint", () => document.querySelectorAll("#attention details").forEach((one) => (one.open = true)));
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
