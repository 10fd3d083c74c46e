using KeyBroker.Attestation.Policies.Loading;
using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>Reads the <c>*.test.yaml</c> files of a policy folder, and the evidence that they name.</summary>
public static class PolicyTests
{
    /// <exception cref="PolicyException">Something is wrong anywhere; it says everything that is.</exception>
    public static IReadOnlyList<PolicyTestCase> Load(string directory)
    {
        var files = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => PolicyFile.IsTest(file.Name))
            .OrderBy(file => file.FullName, StringComparer.Ordinal);
        var errors = new List<PolicyError>();
        var cases = files.SelectMany(file => Read(Path.GetRelativePath(directory, file.FullName), file, errors)).ToList();
        return errors.Count == 0 ? cases : throw new PolicyException(errors);
    }

    private static IReadOnlyList<PolicyTestCase> Read(string name, FileInfo file, List<PolicyError> errors)
    {
        var problems = new Problems(name);
        try
        {
            var root = YamlReader.Read(RegularFile.Read(file.FullName));
            return new DocumentReader(problems).ReadCases(root, file.DirectoryName!);
        }
        catch (YamlRefusal refusal)
        {
            problems.Errors.Add(new PolicyError(name, refusal.Line, refusal.Column, refusal.Message));
            return [];
        }
        finally
        {
            errors.AddRange(problems.Errors);
        }
    }
}
