// OpenSeadragon, in a file of its own: the desk and pages without images never load it.
export { default as openseadragon } from 'openseadragon'
