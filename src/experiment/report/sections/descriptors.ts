/** What is known of a tumour, in the words of a table: the names that the experiment gives its descriptions. */

const descriptorTitles: Readonly<Record<string, string>> = {
  volumeCc: "volume (cc)",
  voxels: "size (voxels)",
  sphericity: "sphericity",
  surfaceToVolume: "surface to volume (1/mm)",
  heightInScan: "height in the scan (0 caudal, 1 cranial)",
  chestWallMm: "distance to chest wall (mm)",
  mediastinumMm: "distance to mediastinum (mm)",
  chestWallContact: "contact with chest wall",
  mediastinumContact: "contact with mediastinum",
  side: "side",
  lobe: "lobe (estimate)",
};

export function descriptorTitle(name: string): string {
  return descriptorTitles[name] ?? name;
}
