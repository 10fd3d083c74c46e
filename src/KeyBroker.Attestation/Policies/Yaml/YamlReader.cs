using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KeyBroker.Attestation.Policies.Yaml;

/// <summary>Reads one document of plain data from untrusted bytes: no anchors, aliases, tags, merge keys or duplicates.</summary>
internal sealed class YamlReader
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxDepth = 32;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Parser _parser;
    private int _depth;

    private YamlReader(string text) => _parser = new Parser(new StringReader(text));

    /// <exception cref="YamlRefusal">The bytes are not such a document.</exception>
    public static YamlNode Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxBytes)
        {
            throw new YamlRefusal($"larger than {MaxBytes / 1024} KiB", 0, 0);
        }

        return new YamlReader(Decode(content)).ReadDocument();
    }

    private static string Decode(ReadOnlySpan<byte> content)
    {
        string text;
        try
        {
            text = s_strictUtf8.GetString(content.StartsWith("\uFEFF"u8) ? content[3..] : content);
        }
        catch (DecoderFallbackException)
        {
            throw new YamlRefusal("not UTF-8", 0, 0);
        }

        var line = 1;
        foreach (var c in text)
        {
            line += c == '\n' ? 1 : 0;
            if (char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            {
                throw new YamlRefusal($"control character U+{(int)c:X4}", line, 1);
            }
        }

        return text;
    }

    private YamlNode ReadDocument()
    {
        Next();
        if (Next() is not DocumentStart start)
        {
            throw new YamlRefusal("no document", 1, 1);
        }

        if (start.Version is { Version: not { Major: 1, Minor: 2 } })
        {
            throw Refuse(start.Start, "the version is YAML 1.2");
        }

        var root = ReadNode(Next());
        Next();
        return Next() is StreamEnd
            ? root
            : throw Refuse(_parser.Current!.Start, "one document a file");
    }

    private YamlNode ReadNode(ParsingEvent at)
    {
        if (at is AnchorAlias)
        {
            throw Refuse(at.Start, "aliases are refused");
        }

        var node = (NodeEvent)at;
        RefuseDecoration(node);
        return node switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => Nested(node, ReadSequence),
            _ => Nested(node, ReadMapping),
        };
    }

    private static void RefuseDecoration(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            throw Refuse(node.Start, "anchors are refused");
        }

        if (!node.Tag.IsEmpty)
        {
            throw Refuse(node.Start, "tags are refused");
        }
    }

    private YamlNode Nested(NodeEvent start, Func<NodeEvent, YamlNode> read)
    {
        if (++_depth > MaxDepth)
        {
            throw Refuse(start.Start, $"nested deeper than {MaxDepth}");
        }

        var node = read(start);
        _depth--;
        return node;
    }

    private YamlSequence ReadSequence(NodeEvent start)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        for (var at = Next(); at is not SequenceEnd; at = Next())
        {
            items.Add(ReadNode(at));
        }

        return new YamlSequence(items.ToImmutable(), Line(start.Start), Column(start.Start));
    }

    private YamlMapping ReadMapping(NodeEvent start)
    {
        var members = ImmutableArray.CreateBuilder<YamlMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = Next(); at is not MappingEnd; at = Next())
        {
            var name = ReadName(at);
            if (!names.Add(name.Text))
            {
                throw new YamlRefusal($"'{name.Text}' is there twice", name.Line, name.Column);
            }

            members.Add(new YamlMember(name, ReadNode(Next())));
        }

        return new YamlMapping(members.ToImmutable(), Line(start.Start), Column(start.Start));
    }

    private YamlScalar ReadName(ParsingEvent at)
    {
        if (ReadNode(at) is not YamlScalar name)
        {
            throw Refuse(at.Start, "a name in a map is a plain word");
        }

        // A register number is the one name that is not a string.
        return name switch
        {
            { IsPlain: true, Text: "<<" } => throw Refuse(at.Start, "merge keys are refused"),
            { IsString: false, IsInteger: false } => throw Refuse(at.Start, $"the name '{name.Text}' needs quotes"),
            _ => name,
        };
    }

    private static YamlScalar ReadScalar(Scalar scalar) => new(
        scalar.Value, scalar.Style == ScalarStyle.Plain, Line(scalar.Start), Column(scalar.Start));

    private ParsingEvent Next()
    {
        var last = _parser.Current?.End ?? Mark.Empty;
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw Refuse(last, "the file ends early");
        }
        catch (YamlException e)
        {
            throw Refuse(e.Start, $"not YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner's own way of refusing some unclosed flow collections.
            throw Refuse(last, "not YAML: something after this is not closed");
        }
    }

    private static YamlRefusal Refuse(Mark at, string message) => new(message, Line(at), Column(at));

    private static int Line(Mark at) => (int)at.Line;

    private static int Column(Mark at) => (int)at.Column;
}
