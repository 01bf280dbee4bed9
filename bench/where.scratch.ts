import { findCoarseLungs } from "#anatomy/lung-support.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { boundingBox } from "#geometry/crop.ts";
for (const dir of process.argv.slice(2)) {
  const cohort = await openCohort(dir);
  for (const p of cohort.slice(0, Number(process.env.MAX??1000))) { try {
    const c: any = await p.load("GTV.*|cancer");
    const up = c.ct ?? c, data = (c.mask ?? c.target).data;
    const t0=performance.now(); const lungs = findCoarseLungs(up); const ms=performance.now()-t0;
    const nk = up.grid.size[2]; const sz=up.grid.spacingMm[2];
    const box = boundingBox({grid: up.grid, data});
    if (!box) { console.log(p.name, "empty"); continue; }
    if (!lungs) { console.log(p.name, "no lungs", nk); continue; }
    const area=lungs.grid.size[0]*lungs.grid.size[1]; let first=-1,last=-1;
    for (let k=0;k<nk;k++) if (lungs.labels.subarray(k*area,(k+1)*area).some(v=>v>0)) { if(first<0) first=k; last=k; }
    console.log(p.name, nk, "lung", first, last, "gtv", box.from[2], box.to[2]-1, "below mm", ((first-box.from[2])*sz).toFixed(0), "above mm", ((box.to[2]-1-last)*sz).toFixed(0), ms.toFixed(0)+"ms");
  } catch (e) { console.log(p.name, String(e).slice(0,150)); } }
}
