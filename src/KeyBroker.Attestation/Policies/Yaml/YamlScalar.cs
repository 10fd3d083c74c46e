using System.Text.RegularExpressions;

namespace KeyBroker.Attestation.Policies.Yaml;

/// <summary>A scalar, which has a type only by what is asked of it: nothing here is converted by guess.</summary>
internal sealed record YamlScalar(string Text, bool IsPlain, int Line, int Column) : YamlNode(Line, Column)
{
    // What any YAML 1.1 or 1.2 reader could take for a number, a boolean or nothing when it stands without quotes.
    private static readonly Regex s_ambiguous = new(
        """
        ^( | ~ | null | true | false | yes | no | on | off | y | n | << | =
        | [-+]? 0x [0-9a-f_]+ | [-+]? 0o? [0-7_]+ | [-+]? 0b [01_]+
        | [-+]? [0-9] [0-9_]* (: [0-9]+)* (\. [0-9_]*)? (e [-+]? [0-9]+)?
        | [-+]? \. [0-9] [0-9_]* (e [-+]? [0-9]+)? | [-+]? \. (inf | nan) )\z
        """,
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
        | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace);

    private static readonly Regex s_integer = new(
        @"^(0|[1-9][0-9]{0,8})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public bool IsString => !IsPlain || !s_ambiguous.IsMatch(Text);

    /// <summary>True for the one spelling of a boolean that is accepted: lower case, no quotes.</summary>
    public bool IsBoolean => IsPlain && Text is ("true" or "false");

    /// <summary>True for the one spelling of an integer that is accepted: decimal, no leading zero, no quotes.</summary>
    public bool IsInteger => IsPlain && IsDecimal(Text);

    public static bool IsDecimal(string text) => s_integer.IsMatch(text);
}
