namespace KeyBroker.Client;

/// <summary>What a broker says of itself to anybody.</summary>
/// <param name="NotReady">What keeps it from its work; null when it is ready.</param>
/// <param name="Date">Its clock, to the second, where it told.</param>
/// <param name="Asked">Our clock when the answer was there.</param>
public sealed record BrokerStatus(Problem? NotReady, DateTimeOffset? Date, DateTimeOffset Asked);
