package conformance;

import java.util.Arrays;
import java.util.List;

/**
 * Runs a validator of others over files, and prints one line of JSON for each.
 *
 * <pre>
 * dss ROOTS.pem TIME|now FILE...   EU DSS, offline: the revocation data is what the file holds
 * verapdf FLAVOUR FILE...          veraPDF, for example with 3b
 * </pre>
 */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) throws Exception {
        List<String> options = Arrays.asList(args);
        if (options.size() >= 4 && options.get(0).equals("dss"))
            Dss.validate(options.get(1), options.get(2), options.subList(3, options.size()));
        else if (options.size() >= 3 && options.get(0).equals("verapdf"))
            VeraPdf.validate(options.get(1), options.subList(2, options.size()));
        else {
            System.err.println("dss ROOTS.pem TIME|now FILE... or verapdf FLAVOUR FILE...");
            System.exit(2);
        }
    }

    /** A JSON string. */
    static String quote(Object value) {
        if (value == null)
            return "null";
        StringBuilder text = new StringBuilder("\"");
        for (char character : value.toString().toCharArray()) {
            if (character == '"' || character == '\\')
                text.append('\\').append(character);
            else if (character < 0x20 || character > 0x7e)
                text.append(String.format("\\u%04x", (int) character));
            else
                text.append(character);
        }
        return text.append('"').toString();
    }
}
