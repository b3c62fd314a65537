/* A file too heavy is told at once, before it is sent; the server checks all the same. */
(function () {
  "use strict";

  document.addEventListener("change", function (evenement) {
    const champ = evenement.target.closest("input[type=file][data-taille-max]");
    if (!champ) return;
    const maximum = Number(champ.dataset.tailleMax);
    const lourd = Array.from(champ.files).some((fichier) => fichier.size > maximum);
    let message = document.getElementById(champ.id + "-lourd");
    if (!message) {
      message = document.createElement("div");
      message.id = champ.id + "-lourd";
      message.className = "invalid-feedback";
      message.setAttribute("role", "alert");
      champ.after(message);
    }
    message.textContent = lourd
      ? "Ce fichier est trop lourd\u202f: " + maximum / 1048576 + " Mo au plus. Choisissez-en un autre."
      : "";
    message.hidden = !lourd;
    if (lourd) champ.value = "";
  });
})();
