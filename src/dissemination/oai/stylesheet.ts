/** The looks of those pages, in a file of its own: their policy allows no inline styles. */
export const styles = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}nav a{margin-right:1rem}
article{border-top:1px solid #ccc;padding:.5rem 0}pre{overflow:auto;background:#f4f4f4;padding:.5rem}dt{font-weight:600}.deleted{color:#777}
`

/** Shows answers of OAI-PMH as pages in which one can go from link to link. */
export const stylesheet = `<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:oai="http://www.openarchives.org/OAI/2.0/" exclude-result-prefixes="oai">
<xsl:output method="html" encoding="UTF-8"/>
<xsl:variable name="base" select="/oai:OAI-PMH/oai:request"/>
<xsl:variable name="prefix" select="/oai:OAI-PMH/oai:request/@metadataPrefix"/>
<xsl:template match="/">
<html><head><title>OAI-PMH</title><link rel="stylesheet" type="text/css"><xsl:attribute name="href"><xsl:value-of select="$base"/>.css</xsl:attribute></link></head>
<body><h1>OAI-PMH 2.0</h1><nav>
<a href="{$base}?verb=Identify">Identify</a><a href="{$base}?verb=ListMetadataFormats">Formats</a><a href="{$base}?verb=ListSets">Sets</a>
<a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc">Records</a><a href="{$base}?verb=ListIdentifiers&amp;metadataPrefix=oai_dc">Identifiers</a></nav>
<p><xsl:value-of select="/oai:OAI-PMH/oai:responseDate"/></p>
<xsl:apply-templates select="/oai:OAI-PMH/*[not(self::oai:responseDate or self::oai:request)]"/></body></html>
</xsl:template>
<xsl:template match="oai:error"><p><strong><xsl:value-of select="@code"/></strong>: <xsl:value-of select="."/></p></xsl:template>
<xsl:template match="oai:Identify"><dl><xsl:for-each select="*[not(self::oai:description)]"><dt><xsl:value-of select="local-name()"/></dt><dd><xsl:value-of select="."/></dd></xsl:for-each></dl></xsl:template>
<xsl:template match="oai:metadataFormat"><article><a href="{$base}?verb=ListRecords&amp;metadataPrefix={oai:metadataPrefix}"><xsl:value-of select="oai:metadataPrefix"/></a> <xsl:value-of select="oai:metadataNamespace"/></article></xsl:template>
<xsl:template match="oai:set"><article><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc&amp;set={oai:setSpec}"><xsl:value-of select="oai:setSpec"/></a> <xsl:value-of select="oai:setName"/></article></xsl:template>
<xsl:template match="oai:record"><article><xsl:apply-templates select="oai:header"/><xsl:if test="oai:metadata"><pre><xsl:apply-templates select="oai:metadata/*" mode="source"/></pre></xsl:if></article></xsl:template>
<xsl:template match="oai:header"><div><xsl:if test="@status"><xsl:attribute name="class">deleted</xsl:attribute></xsl:if>
<a href="{$base}?verb=GetRecord&amp;metadataPrefix=oai_dc&amp;identifier={oai:identifier}"><xsl:value-of select="oai:identifier"/></a> <xsl:value-of select="oai:datestamp"/> <xsl:value-of select="@status"/></div></xsl:template>
<xsl:template match="oai:resumptionToken[. != '']"><p><a href="{$base}?verb={/oai:OAI-PMH/oai:request/@verb}&amp;resumptionToken={.}">more of <xsl:value-of select="@completeListSize"/></a></p></xsl:template>
<xsl:template match="oai:resumptionToken"/>
<xsl:template match="*" mode="source"><xsl:text>&#10;</xsl:text><xsl:for-each select="ancestor::*"><xsl:text> </xsl:text></xsl:for-each>&lt;<xsl:value-of select="name()"/><xsl:for-each select="@*"><xsl:text> </xsl:text><xsl:value-of select="name()"/>="<xsl:value-of select="."/>"</xsl:for-each>&gt;<xsl:apply-templates mode="source"/>&lt;/<xsl:value-of select="name()"/>&gt;</xsl:template>
</xsl:stylesheet>
`
