"use strict";
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("factcheck-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be off; the theme then follows the system.
}
