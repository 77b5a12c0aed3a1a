package conformance;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/** EU DSS: the simple report of each signature, and what it says of later changes. */
final class Dss {
    private Dss() {
    }

    static void validate(String roots, String time, List<String> files) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        byte[] pem = Files.readAllBytes(Path.of(roots));
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem)))
            trusted.addCertificate(new CertificateToken((X509Certificate) certificate));
        Date at = time.equals("now") ? null : Date.from(Instant.parse(time));
        for (String file : files)
            System.out.println(validateFile(file, trusted, at));
    }

    private static String validateFile(String file, CommonTrustedCertificateSource trusted, Date at) {
        try {
            // No sources of OCSP answers, CRLs or certificates: nothing is asked for over the network.
            CommonCertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(trusted);
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
            validator.setCertificateVerifier(verifier);
            if (at != null)
                validator.setValidationTime(at);
            Reports reports = validator.validateDocument();
            return report(file, reports.getSimpleReport(), reports.getDiagnosticData());
        } catch (Exception | StackOverflowError | OutOfMemoryError error) {
            return "{\"file\":" + Main.quote(file) + ",\"error\":" + Main.quote(error) + ",\"signatures\":[]}";
        }
    }

    private static String report(String file, SimpleReport simple, DiagnosticData data) {
        List<String> signatures = new ArrayList<>();
        for (String id : simple.getSignatureIdList()) {
            SignatureWrapper signature = data.getSignatureById(id);
            List<String> timestamps = new ArrayList<>();
            for (TimestampWrapper timestamp : signature.getTimestampList())
                timestamps.add("{\"type\":" + Main.quote(timestamp.getType()) + ",\"indication\":"
                        + Main.quote(simple.getIndication(timestamp.getId())) + ",\"subIndication\":"
                        + Main.quote(simple.getSubIndication(timestamp.getId())) + ",\"produced\":"
                        + Main.quote(timestamp.getProductionTime().toInstant()) + "}");
            signatures.add("{\"format\":" + Main.quote(simple.getSignatureFormat(id)) + ",\"indication\":"
                    + Main.quote(simple.getIndication(id)) + ",\"subIndication\":"
                    + Main.quote(simple.getSubIndication(id)) + ",\"signedBy\":" + Main.quote(simple.getSignedBy(id))
                    + ",\"errors\":" + messages(simple.getAdESValidationErrors(id)) + ",\"warnings\":"
                    + messages(simple.getAdESValidationWarnings(id)) + ",\"changes\":" + changes(signature.getPDFRevision())
                    + ",\"timestamps\":["
                    + String.join(",", timestamps) + "]}");
        }
        return "{\"file\":" + Main.quote(file) + ",\"error\":null,\"signatures\":[" + String.join(",", signatures) + "]}";
    }

    /** What is different between the signed revision and the whole file; null for a signature outside of a PDF. */
    private static String changes(PDFRevisionWrapper revision) {
        if (revision == null)
            return "null";
        return "{\"any\":" + revision.arePdfModificationsDetected() + ",\"pages\":"
                + !revision.getPdfPageDifferenceConcernedPages().isEmpty() + ",\"pictures\":"
                + !revision.getPdfVisualDifferenceConcernedPages().isEmpty() + ",\"annotations\":"
                + !revision.getPdfAnnotationChanges().isEmpty() + ",\"undefined\":"
                + !revision.getPdfUndefinedChanges().isEmpty() + "}";
    }

    private static String messages(List<Message> messages) {
        return messages.stream().map(message -> Main.quote(message.getValue()))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
