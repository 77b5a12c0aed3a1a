"""Has pyHanko validate the signatures of PDF files, offline, and prints one line of JSON for each file.

validate_signatures.py ROOTS.pem FILE...
"""

import asyncio
import json
import sys

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager


def main(roots, paths):
    trusted = list(load_certs_from_pemder([roots]))
    for path in paths:
        print(json.dumps(validate_file(path, trusted)))


def validate_file(path, trusted):
    answer = {"file": path, "error": None, "signatures": [], "timestamps": []}
    try:
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=True)
            answer["signatures"] = [validate(each, trusted) for each in reader.embedded_regular_signatures]
            answer["timestamps"] = [stamp(each, trusted) for each in reader.embedded_timestamp_signatures]
    # What a damaged file raises is whatever its reader trips over.
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    return answer


def context(trusted):
    return ValidationContext(trust_roots=trusted, allow_fetching=False)


def validate(embedded, trusted):
    answer = describe(lambda: validate_pdf_signature(embedded, context(trusted), ts_validation_context=context(trusted)))
    # Its validation by the long-term algorithm of ETSI EN 319 102-1, with the file's own revocation data.
    answer["longTerm"] = long_term(embedded, trusted) if "/DSS" in embedded.reader.root else None
    return answer


def long_term(embedded, trusted):
    checked = RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
    )
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=trusted),
        revinfo_policy=CertRevTrustPolicy(checked),
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline))
    try:
        result = asyncio.run(ades_lta_validation(embedded, spec))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return str(result.ades_subindic)


def stamp(embedded, trusted):
    return describe(lambda: validate_pdf_timestamp(embedded, context(trusted)))


def describe(run):
    try:
        status = run()
    except Exception as error:
        nothing = {"intact": False, "valid": False, "trusted": False, "bottomLine": False}
        return {**nothing, "error": f"{type(error).__name__}: {error}"}
    level = getattr(status, "modification_level", None)
    coverage = getattr(status, "coverage", None)
    return {
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "bottomLine": bool(getattr(status, "bottom_line", status.intact and status.valid and status.trusted)),
        "changes": None if level is None else level.name,
        "coverage": None if coverage is None else coverage.name,
        "error": None,
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
