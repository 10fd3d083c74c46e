namespace KeyBroker.Backups;

/// <summary>A backup is not whole, or not one; the message says what is wrong with it.</summary>
internal sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
