/** Environments of child processes that have a software GPU, or none. */

/** Vulkan and SwiftShader as Debian's Chromium brings them. */
export const softwareGpu = {
  LD_LIBRARY_PATH: "/usr/lib/chromium",
  VK_DRIVER_FILES: "/usr/lib/chromium/vk_swiftshader_icd.json",
  VK_ICD_FILENAMES: "/usr/lib/chromium/vk_swiftshader_icd.json",
};

/** No Vulkan driver, and no GPU to CUDA, whatever the machine has. */
export const noGpu = {
  VK_DRIVER_FILES: "/nonexistent.json",
  VK_ICD_FILENAMES: "/nonexistent.json",
  CUDA_VISIBLE_DEVICES: "",
};
