// What is asked of other services over the network, within limits and, unless an option says otherwise, in the public network alone.
export { fetchFrom } from './fetch.ts'
