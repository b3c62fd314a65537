/* Passkeys: the browser signs what the server asks; the form carries the answer. */
(function () {
  "use strict";

  const formulaire = document.querySelector("form[data-cle]");
  if (!formulaire || !window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) return;
  formulaire.hidden = false;
  const absent = document.querySelector("[data-cle-absente]");
  if (absent) absent.hidden = true;
  const echec = formulaire.querySelector("[data-echec]");
  let prete = false;

  async function signer() {
    const options = JSON.parse(document.getElementById("options-cle").textContent).publicKey;
    if (formulaire.dataset.cle === "ajouter") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }

  // Before the common script, which lets a form go once only.
  formulaire.addEventListener("submit", async function (evenement) {
    if (prete) return;
    evenement.preventDefault();
    echec.hidden = true;
    try {
      const reponse = await signer();
      formulaire.elements.credential.value = JSON.stringify(reponse);
      prete = true;
      formulaire.requestSubmit();
    } catch {
      echec.hidden = false; // refused, forgotten or too slow: the person may try again
    }
  });
})();
