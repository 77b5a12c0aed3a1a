/** Where the server answers as the development TSA, below its own address; the workers ask there. */
export const DEVELOPMENT_TSA_PATH = "/development-authority/tsa";
