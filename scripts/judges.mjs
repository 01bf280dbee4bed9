// The independent programs that the tests compare with: Debian packages, at test time only.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const judges = {
  dicom3tools: "/usr/bin/dciodvfy",
  dcmtk: "/usr/bin/dcmdump",
  orthanc: "/usr/sbin/Orthanc",
  "orthanc-dicomweb": "/usr/share/orthanc/plugins/libOrthancDicomWeb.so",
  plastimatch: "/usr/bin/plastimatch",
  "python3-pydicom": "/usr/lib/python3/dist-packages/pydicom",
  chromium: "/usr/lib/chromium/libvk_swiftshader.so",
  "python3-numpy": "/usr/lib/python3/dist-packages/numpy",
  "python3-nibabel": "/usr/lib/python3/dist-packages/nibabel",
  postgresql: "/usr/lib/postgresql",
  "swift-account": "/usr/bin/swift-account-server",
  "swift-container": "/usr/bin/swift-container-server",
  "swift-object": "/usr/bin/swift-object-server",
  "swift-proxy": "/usr/bin/swift-proxy-server",
};

/** Installs the missing ones where that is allowed (root on Debian); otherwise says the command and ends. */
export function installJudges() {
  const missing = Object.keys(judges).filter((name) => !existsSync(judges[name]));
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  const allowed = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (allowed) {
    console.error(`Installing the independent judges of the tests: ${missing.join(", ")} ...`);
    const options = {
      stdio: ["ignore", "ignore", 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-q"], options);
    if (spawnSync("sh", ["-c", install], options).status === 0) return;
  }
  console.error(
    `The tests compare with programs that are not installed. Run this, then the tests again:\n  sudo ${install}`,
  );
  process.exit(1);
}
