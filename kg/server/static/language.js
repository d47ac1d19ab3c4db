"use strict";(()=>{var e=(()=>{try{return localStorage.getItem("zhihan-language")}catch{return null}})();(e==="zh"||e==="en")&&(document.documentElement.dataset.language=e);})();
