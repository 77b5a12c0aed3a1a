package conformance;

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF: whether a file is of a flavour of PDF/A or PDF/UA, and the rules that it breaks. */
final class VeraPdf {
    /** Of each rule, how many places are looked at: one that fails on every glyph says it once. */
    private static final int MAX_PLACES = 3;

    private VeraPdf() {
    }

    static void validate(String name, List<String> files) {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(name);
        if (flavour == PDFAFlavour.NO_FLAVOUR)
            throw new IllegalArgumentException("no such flavour: " + name);
        for (String file : files)
            System.out.println(validateFile(file, flavour));
    }

    private static String validateFile(String file, PDFAFlavour flavour) {
        try (InputStream input = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(input, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, MAX_PLACES, false, false,
                        false)) {
            ValidationResult result = validator.validate(parser);
            TreeSet<String> failed = new TreeSet<>();
            for (TestAssertion assertion : result.getTestAssertions())
                if (assertion.getStatus() == TestAssertion.Status.FAILED)
                    failed.add("{\"rule\":"
                            + Main.quote(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber())
                            + ",\"message\":" + Main.quote(assertion.getMessage()) + ",\"place\":"
                            + Main.quote(assertion.getLocation().getContext()) + "}");
            return "{\"file\":" + Main.quote(file) + ",\"error\":null,\"compliant\":" + result.isCompliant()
                    + ",\"failed\":[" + String.join(",", failed) + "]}";
        } catch (Exception | StackOverflowError | OutOfMemoryError error) {
            return "{\"file\":" + Main.quote(file) + ",\"error\":" + Main.quote(error)
                    + ",\"compliant\":false,\"failed\":[]}";
        }
    }
}
