using System.Text;
using System.Text.Json;

namespace KeyBroker.Conformance.Policies;

/// <summary>JSON as tpm2-tss reads it: comments, trailing commas, line breaks inside strings.</summary>
internal static class LaxJson
{
    public static JsonDocumentOptions Options { get; } =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The text with the line breaks that stand inside strings written as JSON writes them.</summary>
    public static string Read(string text)
    {
        var written = new StringBuilder(text.Length);
        var (inString, inComment) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            inComment = c != '\n' && (inComment || (!inString && c == '/' && i + 1 < text.Length && text[i + 1] == '/'));
            inString ^= c == '"' && !inComment && (i == 0 || text[i - 1] != '\\');
            written.Append(inString && c == '\n' ? "\\n" : inString && c == '\t' ? "\\t" : c.ToString());
        }

        return written.ToString();
    }
}
