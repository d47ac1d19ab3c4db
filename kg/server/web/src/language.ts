// Which language is shown: both, Chinese or English. Runs before the page is drawn, so that nothing flickers.
const chosen = (() => { try { return localStorage.getItem("zhihan-language"); } catch { return null; } })();
if (chosen === "zh" || chosen === "en") document.documentElement.dataset.language = chosen;
