"""« Ce qui est compté », on dashboards and in their files."""

from accueil.masquage import SEUIL
from accueil.saisie import DUREE_PAR_DEFAUT

DEFINITIONS = (
    "Visites\u202f: chaque visite enregistrée\u202f; une saisie groupée compte pour une.",
    "Demandes\u202f: toutes celles de ces visites, une à dix par visite. Thèmes, partenaires, résultats et "
    "types d’aide comptent des demandes\u202f; canaux, heures et public comptent des visites.",
    "Résolues\u202f: part des demandes dont le résultat est «\u202fRésolu\u202f».",
    "Passages\u202f: les venues, saisies groupées comprises. Jamais des personnes distinctes.",
    f"Temps d’accueil\u202f: durée des visites\u202f; {DUREE_PAR_DEFAUT} minutes, dites estimées, quand "
    "personne n’a choisi de durée.",
    "Avec un filtre sur les demandes (thème, partenaire, registre, résultat), les visites sont celles dont "
    "une demande au moins y répond, et seules les demandes qui y répondent sont comptées.",
    "Courbe\u202f: une semaine ou un mois entamés ne comptent que leurs jours de la période. En pointillé, "
    "les jours qui leur correspondent\u202f: mêmes dates un an plus tôt, ou même rang dans la période "
    "d’avant.",
    "Heures\u202f: celles du point\u202f; d’une visite ancienne, le début de sa tranche de quatre heures.",
    "Public\u202f: parts des visites où la réponse a été notée, «\u202fNon communiqué\u202f» compris.",
    "Les visites annulées ne comptent nulle part. Les pourcentages d’un tout font 100.",
)
# What no filter on visits narrows, on a point's page and on that of several.
HORS_VISITES = (
    "Médiations\u202f: les dossiers que vous pouvez connaître, ouverts ou clos pendant la période. Un "
    "dossier transféré compte une fois\u202f: ouvert à son premier point, clos au dernier. En cours\u202f: "
    "ni clos ni anonymisés aujourd’hui, selon le temps depuis leur ouverture à ce point. À revoir\u202f: "
    "en cours, sans étape ni attente d’un tiers depuis 60 jours, au jour du point.",
    "Satisfaction\u202f: les réponses du public pendant la période\u202f; le taux est la part des deux "
    "meilleures, dès que les réponses suffisent.",
    "Registres et constats\u202f: ceux de la dernière évaluation, quels que soient les filtres\u202f; elle "
    "se refait dans les minutes qui suivent une saisie.",
)
DU_POINT = (
    "Attestations et formations\u202f: les médiateurs en poste dont l’attestation ou les heures manquent, ou "
    "ne suffiront plus d’ici deux mois, et dont la qualification se termine d’ici là. Montrées à qui peut "
    "ouvrir la page qui dit de qui il s’agit.",
)
DU_RESEAU = (
    "Points\u202f: ceux du filtre qui vous sont ouverts, dans l’ordre de leur nom, sans classement.",
    "Points semblables\u202f: ceux du réseau de même nature et de même taille d’équipe. La médiane en a "
    "autant de chaque côté\u202f; «\u202fhabituel\u202f» dit la moitié du milieu. Deux chiffres significatifs"
    "\u202f; rien sous cinq points, ni quand moins de cinq ne sont pas des vôtres\u202f: leurs chiffres se "
    "devineraient.",
    "Conformité\u202f: les points ouverts aujourd’hui, par verdict de chaque exigence qui se juge au point. "
    "Registres\u202f: les interventions de tous ces points\u202f; parmi ceux qui sont évalués, ceux qui "
    "atteignent le repère.",
    "Sans saisie\u202f: les points ouverts, sans fermeture annoncée, dont la dernière visite a plus de sept "
    "jours.",
    "Public\u202f: une année civile, du réseau, d’une association ou d’un point, sans liste derrière\u202f; "
    f"les réponses de moins de {SEUIL} visites sont masquées, et d’autres pour qu’aucune ne se calcule, "
    "comme dans les bilans.",
)
