// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The EU's client library takes one offer; sd_jwt_wallet.py runs this and presents what came.
//
// Usage: WalletKt CA_PEM OFFER_LINK TX_CODE COUNT [dpop] [details] [encrypted]
// One line of JSON for each credential: {"credential": text, "key": private JWK}.
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import eu.europa.ec.eudi.openid4vci.*
import io.ktor.client.HttpClient
import io.ktor.client.engine.java.Java
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.serialization.kotlinx.json.json
import java.io.File
import java.net.URI
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonPrimitive

fun trusting(authority: File): SSLContext {
    val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
    authority.inputStream().use { CertificateFactory.getInstance("X.509").generateCertificates(it) }
        .forEachIndexed { index, one -> store.setCertificateEntry("ca$index", one) }
    val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
    return SSLContext.getInstance("TLS").apply { init(null, trust.trustManagers, null) }
}

fun newKey(): ECKey = ECKeyGenerator(Curve.P_256).generate()

fun signerOf(key: ECKey) = PopSigner.Jwt(JWSAlgorithm.ES256, JwtBindingKey.Jwk(key.toPublicJWK()), ECDSASigner(key))

fun main(arguments: Array<String>) {
    if (arguments.size < 4) {
        System.err.println("usage: WalletKt CA_PEM OFFER_LINK TX_CODE COUNT [dpop] [details] [encrypted]")
        exitProcess(64)
    }
    val (authority, offer, code, count) = arguments
    val wanted = arguments.drop(4)
    val context = trusting(File(authority))
    val clients: KtorHttpClientFactory = {
        HttpClient(Java) {
            engine { config { sslContext(context) } }
            install(ContentNegotiation) { json(Json { ignoreUnknownKeys = true }) }
        }
    }
    val config = OpenId4VCIConfig(
        clientId = "eudi-wallet",
        authFlowRedirectionURI = URI("eudi-wallet://back"),
        keyGenerationConfig = KeyGenerationConfig.ecOnly(Curve.P_256),
        credentialResponseEncryptionPolicy =
            if ("encrypted" in wanted) CredentialResponseEncryptionPolicy.REQUIRED else CredentialResponseEncryptionPolicy.SUPPORTED,
        dPoPSigner = if ("dpop" in wanted) signerOf(newKey()) else null,
    )
    val details = if ("details" in wanted) AccessTokenOption.AsRequested else AccessTokenOption.Limited { false }
    val keys = List(count.toInt()) { newKey() }
    runBlocking {
        with(Issuer.make(config, offer, clients).getOrThrow()) {
            val configuration = credentialOffer.credentialConfigurationIdentifiers.first()
            val authorized = authorizeWithPreAuthorizationCode(code, details).getOrThrow()
            val identifier = authorized.credentialIdentifiers?.get(configuration)?.firstOrNull()
            val payload = identifier?.let { IssuanceRequestPayload.IdentifierBased(configuration, it) }
                ?: IssuanceRequestPayload.ConfigurationBased(configuration)
            val (after, outcome) = with(authorized) { request(payload, keys.map(::signerOf)).getOrThrow() }
            check(outcome is SubmissionOutcome.Success) { "not issued: $outcome" }
            outcome.notificationId?.let { with(after) { notify(CredentialIssuanceEvent.Accepted(it, "stored")).getOrThrow() } }
            outcome.credentials.zip(keys).forEach { (issued, key) ->
                val text = (issued.credential as Credential.Str).value
                println("""{"credential": ${JsonPrimitive(text)}, "key": ${key.toJSONString()}}""")
            }
        }
    }
}
