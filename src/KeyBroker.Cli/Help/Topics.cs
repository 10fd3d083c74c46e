namespace KeyBroker.Cli.Help;

/// <summary>What concerns more than one command; specs/command-line.md says the same at length.</summary>
internal static class Topics
{
    private static readonly Dictionary<string, string> s_topics = new()
    {
        ["batch"] = """
            BATCH: many items with one command

            key sign, verify, encrypt, decrypt, wrap, unwrap, rewrap, mac and mac-verify take --batch FILE (- is standard input).
            One line is one item:

              aGVsbG8                                  the bytes, base64url or base64
              kb:v1:...                                a ciphertext, for decrypt, unwrap and rewrap
              {"text":"hello","id":"order-7"}          a JSON object: the members of a single call (message, plaintext,
                                                       ciphertext, key, wrapped, signature, mac, digest, aad, alg, version), bytes as
                                                       base64url; or text for a text; id comes back with the answer

            Empty lines are left out. Items are sent in chunks of at most 256. Every item is answered by one line of JSON, in order:

              {"line":1,"id":"order-7","result":{"alg":"ES256","signature":"..."}}
              {"line":2,"error":{"code":"line-malformed","message":"..."}}

            The exit code is 1 if an item failed, or was not valid where it was to be verified.

            key rewrap --all FILE --out ANSWERS is a batch too: called again, it tries again what failed, and goes
            on where it stopped; it is 1 as long as a line fails. The last answer to a line counts.
            """,
        ["configuration"] = """
            CONFIGURATION: where settings come from

            option     variable           member of the file   default
            --broker   KEYBROKER_BROKER   broker               http://127.0.0.1:8440
            --tpm      KEYBROKER_TPM      tpm                  device:/dev/tpmrm0
            --state    KEYBROKER_STATE    state                $XDG_STATE_HOME/keybroker, else ~/.local/state/keybroker
            --socket   KEYBROKER_SOCKET   socket               ./state/admin.sock, or /run/keybroker/admin.sock if only that is there
            --output   KEYBROKER_OUTPUT   output               table
            --require-broker   KEYBROKER_REQUIRE_BROKER   require-broker   none: whoever answers is trusted

            The command line wins over the environment, the environment over the file, the file over the default. The file is
            $KEYBROKER_CONFIG, else $XDG_CONFIG_HOME/keybroker/config.json, else ~/.config/keybroker/config.json:

              { "broker": "https://broker.example:8440", "tpm": "device:/dev/tpmrm0", "output": "table" }

            'keybroker config' shows what holds and why. NO_COLOR switches colours off. Colours, aligned tables and progress are for
            terminals: elsewhere lists are separated by tabs, unless --output table is given.
            """,
        ["exit-codes"] = """
            EXIT CODES

              0    done
              1    denied or failed: the broker or the TPM said no, a signature is not valid, an item of a batch or a check failed
              2    wrong usage: options, configuration, or a machine that has not enrolled
              3    no broker answers, or it cannot do its work just now (HTTP 429, 503): worth trying again
              130  interrupted (Ctrl-C)

            Errors go to standard error, results to standard output.
            """,
        ["receipts"] = """
            RECEIPTS: the broker's signed word

            Every answer is a JWT that the broker signed: who asked, under which policy, about which request, with which audit record.
            --receipt FILE keeps it, one a line, for its owner only (0600). Commands whose result is only an acknowledgement ask for
            a receipt without result (Prefer: receipt). Others keep the answer with its result; decrypt and unwrap keep one only with
            --to enc, because what is opened would be in it otherwise.

            'keybroker receipt verify FILE' checks them with the keys the broker publishes, today or in years.
            """,
    };

    public static IEnumerable<string> Names => s_topics.Keys;

    public static string Of(string name) => s_topics[name];
}
