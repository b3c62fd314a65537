/* Login pages: a button to read the password one types; in the demo, one click fills in a login. */
(function () {
  "use strict";

  document.querySelectorAll("input[type=password]").forEach(function (champ) {
    const cadre = document.createElement("div");
    cadre.className = "mot-de-passe";
    /* Who is typing already goes on: moving a field takes the caret away from it. */
    const encours = document.activeElement === champ;
    champ.replaceWith(cadre);
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.textContent = "Afficher";
    bouton.setAttribute("aria-label", "Afficher le mot de passe");
    bouton.addEventListener("click", function () {
      const cache = champ.type === "password";
      champ.type = cache ? "text" : "password";
      bouton.textContent = cache ? "Masquer" : "Afficher";
      bouton.setAttribute("aria-label", cache ? "Masquer le mot de passe" : "Afficher le mot de passe");
    });
    if (champ.form) champ.form.addEventListener("submit", () => (champ.type = "password"));
    cadre.append(champ, bouton);
    if (champ.autofocus || encours) champ.focus();
  });

  document.querySelectorAll("[data-remplir-adresse]").forEach(function (bouton) {
    bouton.hidden = false;
    bouton.addEventListener("click", function () {
      document.getElementById("id_login").value = bouton.dataset.remplirAdresse;
      document.getElementById("id_password").value = bouton.dataset.remplirMotDePasse;
      document.querySelector("[data-connexion] [type=submit]").focus();
    });
  });
})();
