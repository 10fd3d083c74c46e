namespace KeyBroker.Testing;

/// <summary>Finds files of the working copy that the tests run in.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("the tests do not run inside the working copy"),
        _ when File.Exists(System.IO.Path.Combine(folder.FullName, "KeyBroker.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
