import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Signs XML files as trusted lists are (ETSI TS 119 612, clause 5.7.1), by Java's own XML signatures: enveloped, with the
 * XAdES properties that name the signer's certificate. Takes four arguments for each file: the file, which is replaced,
 * the key (PKCS#8, DER), its certificate (DER), and the signature method's address.
 */
public final class SignList {
  private static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
  private static final String DS = "http://www.w3.org/2000/09/xmldsig#";

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < args.length; i += 4) sign(Path.of(args[i]), Path.of(args[i + 1]), Path.of(args[i + 2]), args[i + 3]);
  }

  private static void sign(Path file, Path keyFile, Path certificateFile, String method) throws Exception {
    DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();
    builders.setNamespaceAware(true);
    Document document = builders.newDocumentBuilder().parse(file.toFile());
    byte[] der = Files.readAllBytes(certificateFile);
    X509Certificate certificate =
        (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    PrivateKey key =
        KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(keyFile)));
    Element qualifying = qualifyingProperties(document, der);
    XMLSignatureFactory signatures = XMLSignatureFactory.getInstance("DOM");
    DigestMethod digest = signatures.newDigestMethod(DigestMethod.SHA512, null);
    Transform enveloped = signatures.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null);
    Transform exclusive =
        signatures.newTransform(CanonicalizationMethod.EXCLUSIVE, (TransformParameterSpec) null);
    var references =
        List.of(
            signatures.newReference("", digest, List.of(enveloped, exclusive), null, null),
            signatures.newReference(
                "#xades", digest, List.of(exclusive), "http://uri.etsi.org/01903#SignedProperties", null));
    var info =
        signatures.newSignedInfo(
            signatures.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
            signatures.newSignatureMethod(method, null),
            references);
    var keys = signatures.getKeyInfoFactory();
    var keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
    var object = signatures.newXMLObject(List.of(new DOMStructure(qualifying)), null, null, null);
    DOMSignContext context = new DOMSignContext(key, document.getDocumentElement());
    context.setDefaultNamespacePrefix("ds");
    context.setIdAttributeNS((Element) qualifying.getFirstChild(), null, "Id");
    signatures.newXMLSignature(info, keyInfo, List.of(object), "signature", null).sign(context);
    TransformerFactory.newInstance()
        .newTransformer()
        .transform(new DOMSource(document), new StreamResult(file.toFile()));
  }

  private static Element qualifyingProperties(Document document, byte[] certificate) throws Exception {
    Element qualifying = document.createElementNS(XADES, "xades:QualifyingProperties");
    qualifying.setAttribute("Target", "#signature");
    Element properties = below(qualifying, XADES, "xades:SignedProperties");
    properties.setAttribute("Id", "xades");
    Element signed = below(properties, XADES, "xades:SignedSignatureProperties");
    below(signed, XADES, "xades:SigningTime").setTextContent("2026-01-01T00:00:00Z");
    Element named = below(below(signed, XADES, "xades:SigningCertificateV2"), XADES, "xades:Cert");
    Element digest = below(named, XADES, "xades:CertDigest");
    below(digest, DS, "ds:DigestMethod").setAttribute("Algorithm", DigestMethod.SHA256);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate);
    below(digest, DS, "ds:DigestValue").setTextContent(Base64.getEncoder().encodeToString(hash));
    return qualifying;
  }

  private static Element below(Element parent, String namespace, String name) {
    Element element = parent.getOwnerDocument().createElementNS(namespace, name);
    parent.appendChild(element);
    return element;
  }
}
