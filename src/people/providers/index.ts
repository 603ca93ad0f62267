// Log-in by those who vouch for people: providers of OpenID Connect, and a proxy in front that speaks SAML.
import type { Module } from '../../http/module.ts'
import { linkingRoutes } from './link.ts'
import { openidRoutes } from './routes-openid.ts'
import { shibbolethRoutes } from './routes-shibboleth.ts'

export const providers: Module = {
  name: 'providers',
  routes: async (app, options) => {
    await shibbolethRoutes(app, options)
    await openidRoutes(app, options)
    await linkingRoutes(app, options)
  },
}
