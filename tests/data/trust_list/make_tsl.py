#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes trusted lists as the member states publish them (ETSI TS 119 612, XML, XAdES) beside itself with an independent library
(PyPI signxml 4.0.3, cryptography): tsl-ec.xml, tsl-rsa.xml and their signers' certificates; and lists of shapes that must not be
believed although their signature holds. The files are in the repository; this script says how they came about.
"""
import base64
import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod, XMLSigner
from signxml.xades import XAdESSigner

HERE = pathlib.Path(__file__).resolve().parent
SVC = "http://uri.etsi.org/TrstSvc/"


def certificate(name, key, authority):
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = {**dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
                              "decipher_only"), False),
             "digital_signature": not authority, "key_cert_sign": authority, "crl_sign": authority}
    begin = datetime.datetime(2026, 11, 1)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256()))


def service(name, kind, status, pem):
    der = base64.b64encode(pem.public_bytes(serialization.Encoding.DER)).decode()
    return f"""<TSPService><ServiceInformation>
  <ServiceTypeIdentifier>{SVC}Svctype/{kind}</ServiceTypeIdentifier>
  <ServiceName><Name xml:lang="de">{name}</Name></ServiceName>
  <ServiceDigitalIdentity><DigitalId><X509Certificate>
    {der[:64]}
    {der[64:]}</X509Certificate></DigitalId><DigitalId><X509SubjectName>CN={name}</X509SubjectName></DigitalId></ServiceDigitalIdentity>
  <ServiceStatus>{SVC}TrustedList/Svcstatus/{status}</ServiceStatus>
  <StatusStartingTime>2026-11-01T00:00:00Z</StatusStartingTime>
</ServiceInformation></TSPService>"""


def provider(name, *services):
    return f"""<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="en">{name} (en)</Name><Name xml:lang="de">{name}</Name></TSPName>
</TSPInformation><TSPServices>{"".join(services)}</TSPServices></TrustServiceProvider>"""


def list_of(providers, **change):
    about = {"version": "6", "sequence": "12", "next": "<dateTime>2036-05-01T00:00:00Z</dateTime>", "root": "TrustServiceStatusList", "id": "",
             **change}
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- outside the list -->
<{about["root"]} xmlns="http://uri.etsi.org/02231/v2#" xmlns:unused="urn:unused"{about["id"]} TSLTag="http://uri.etsi.org/19612/TSLTag">
<SchemeInformation>
  <TSLVersionIdentifier>{about["version"]}</TSLVersionIdentifier>
  <TSLSequenceNumber>{about["sequence"]}</TSLSequenceNumber>
  <TSLType>{SVC}TrustedList/TSLType/EUgeneric</TSLType>
  <SchemeOperatorName><Name xml:lang="en">Agency</Name><Name xml:lang="de">Bundesnetzagentur (Muster) &amp; Söhne</Name></SchemeOperatorName>
  <ListIssueDateTime>2026-11-02T00:00:00Z</ListIssueDateTime>
  <NextUpdate>{about["next"]}</NextUpdate>
</SchemeInformation>
<TrustServiceProviderList>{"".join(providers)}</TrustServiceProviderList>
</{about["root"]}>""".encode()


def write(name, root):
    (HERE / name).write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def pem(name, made):
    (HERE / name).write_bytes(made.public_bytes(serialization.Encoding.PEM))


def main():
    issuer_key, gone_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, gone = certificate("EAA Test CA", issuer_key, True), certificate("Ehemals CA", gone_key, True)
    pem("tsl-issuer.pem", issuer)
    providers = [provider("Vertrauensdienst Muster", service("EAA", "EAA/Q", "granted", issuer)),
                 provider("Ehemals", service("Früher", "EAA/Q", "withdrawn", gone)),
                 provider("Zeitstempel", service("Zeit", "TSA/QTST", "granted", gone))]
    exclusive = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    inclusive = CanonicalizationMethod.CANONICAL_XML_1_0
    keys = {"ec": (ec.generate_private_key(ec.SECP384R1()), SignatureMethod.ECDSA_SHA384, DigestAlgorithm.SHA384, exclusive),
            "rsa": (rsa.generate_private_key(65537, 3072), SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512, inclusive)}
    for name, (key, method, digest, canonical) in keys.items():
        signer = certificate(f"Listenbetreiber {name}", key, False)
        pem(f"tsl-{name}.pem", signer)
        how = {"method": SignatureConstructionMethod.enveloped, "signature_algorithm": method, "digest_algorithm": digest,
               "c14n_algorithm": canonical}
        sign = {"key": key, "cert": [signer]}
        if name == "rsa":
            # XAdES with inclusive canonicalisation only: the library leaves the transform of its own references out, which means
            # just that one (XMLDSig 1.1 §4.4.3.2), but digests the other form when told to use it.
            write("tsl-rsa.xml", XAdESSigner(**how).sign(etree.fromstring(list_of(providers, id=' Id="list"')), **sign))
            continue
        plain = XMLSigner(**how)
        write("tsl-ec.xml", plain.sign(etree.fromstring(list_of(providers)), **sign))
        # Signatures that hold over what they cover, but must not be believed.
        write("tsl-part.xml", part_of(list_of(providers), plain, sign))
        for case, change in {"other-root": {"root": "Catalogue"}, "version": {"version": "4"}, "closed": {"next": ""}}.items():
            write(f"tsl-{case}.xml", plain.sign(etree.fromstring(list_of(providers, **change)), **sign))


def part_of(whole, signer, how):
    """The signature covers one provider only; the others were put beside it afterwards."""
    root = etree.fromstring(whole)
    entries = root.find("{*}TrustServiceProviderList")
    entries[0].set("Id", "part")
    signed = signer.sign(root, reference_uri="#part", **how)
    entries = signed.find("{*}TrustServiceProviderList")
    entries[1].find("{*}TSPInformation/{*}TSPName/{*}Name").text = "Untergeschoben"
    return signed


if __name__ == "__main__":
    main()
