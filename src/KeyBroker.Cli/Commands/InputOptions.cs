using System.CommandLine;
using System.Text;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>The ways to hand bytes to a command: a file, a text on the command line, or standard input as '-'.</summary>
internal sealed class InputOptions
{
    private readonly Option<string?> _file;
    private readonly Option<string?> _text;
    private readonly Argument<string?> _dash;

    /// <param name="textOption">The name of the option that takes a text.</param>
    /// <param name="what">What the bytes are.</param>
    /// <param name="ofText">What is to be known of giving it as text.</param>
    public InputOptions(string textOption, string what, string ofText = "")
    {
        _file = new Option<string?>("--file") { Description = $"{what}, from a file; - is standard input", HelpName = "FILE" };
        _text = new Option<string?>(textOption) { Description = $"{what}, as text{ofText}", HelpName = "TEXT" };
        _dash = new Argument<string?>("-")
        {
            Description = "A dash: read standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        _dash.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value != "-")
            {
                result.AddError($"'{token.Value}' is not expected here");
            }
        });
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_text);
        command.Arguments.Add(_dash);
    }

    public bool IsGiven(Invocation call) =>
        call.Get(_file) is not null || call.Get(_text) is not null || call.Get(_dash) is not null;

    public byte[] Read(Invocation call)
    {
        var (file, text, dash) = (call.Get(_file), call.Get(_text), call.Get(_dash));
        if (new[] { file, text, dash }.Count(given => given is not null) != 1)
        {
            throw new UsageException($"give exactly one of {_file.Name}, {_text.Name} and -");
        }

        if (text is not null)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        return file is null or "-" ? call.Terminal.ReadInput() : InputFile.Read(file, InputFile.Content);
    }
}
